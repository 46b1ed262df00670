#include "schema.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char queue_0001[] = {
#embed "../../schema/queue_0001_initial.sql"
    , 0};

static const char shard_0001[] = {
#embed "../../schema/shard_0001_initial.sql"
    , 0};

static const char shard_0002[] = {
#embed "../../schema/shard_0002_crash_marks.sql"
    , 0};

const char *const csupport_queue_0001 = queue_0001;
const char *const csupport_shard_0001 = shard_0001;
const char *const csupport_shard_0002 = shard_0002;
