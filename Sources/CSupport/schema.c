#include "schema.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char queue_0001[] = {
#embed "../../schema/queue_0001_initial.sql"
    , 0};

static const char queue_0002[] = {
#embed "../../schema/queue_0002_columns.sql"
    , 0};

static const char queue_0003[] = {
#embed "../../schema/queue_0003_generations.sql"
    , 0};

static const char queue_0004[] = {
#embed "../../schema/queue_0004_service.sql"
    , 0};

static const char queue_0005[] = {
#embed "../../schema/queue_0005_uploads.sql"
    , 0};

static const char shard_0001[] = {
#embed "../../schema/shard_0001_initial.sql"
    , 0};

static const char shard_0002[] = {
#embed "../../schema/shard_0002_crash_marks.sql"
    , 0};

static const char shard_0003[] = {
#embed "../../schema/shard_0003_documents.sql"
    , 0};

static const char shard_0004[] = {
#embed "../../schema/shard_0004_compaction.sql"
    , 0};

const char *const csupport_queue_0001 = queue_0001;
const char *const csupport_queue_0002 = queue_0002;
const char *const csupport_queue_0003 = queue_0003;
const char *const csupport_queue_0004 = queue_0004;
const char *const csupport_queue_0005 = queue_0005;
const char *const csupport_shard_0001 = shard_0001;
const char *const csupport_shard_0002 = shard_0002;
const char *const csupport_shard_0003 = shard_0003;
const char *const csupport_shard_0004 = shard_0004;
