/// The numbered SQL files of `schema/`, part of the program so that it is a single file.
#pragma once

extern const char *const csupport_queue_0001;
extern const char *const csupport_queue_0002;
extern const char *const csupport_queue_0003;
extern const char *const csupport_queue_0004;
extern const char *const csupport_queue_0005;
extern const char *const csupport_shard_0001;
extern const char *const csupport_shard_0002;
extern const char *const csupport_shard_0003;
extern const char *const csupport_shard_0004;
