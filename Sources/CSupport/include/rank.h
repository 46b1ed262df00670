/// BM25 over an FTS5 table named `postings` (path, title, body), with what only the caller knows: document
/// frequencies over all shards, and the lengths of units from memory.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct sqlite3 sqlite3;

struct csupport_hit {
  int64_t unit;
  double score;
};

/// No leaf: a phrase that excludes.
enum { csupport_no_leaf = 255, csupport_maximum_leaves = 64 };

/// What is asked, and what was found. The arrays of the first part belong to the caller.
struct csupport_ranking {
  /// For each phrase of the match expression, in its order: which leaf of the query it is a spelling of.
  const uint8_t *leaf_of_phrase;
  int32_t phrases;
  /// For each leaf: its inverse document frequency.
  const double *weights;
  int32_t leaves;
  /// Tokens of unit `first_unit + i`; a unit outside of these is looked up in the table.
  const uint16_t *lengths;
  int64_t first_unit;
  int64_t length_count;
  /// Tokens of the average unit, over all shards.
  double average_length;

  /// All units that match, by rising id. To be freed with `csupport_free_hits`.
  struct csupport_hit *hits;
  size_t count;
  size_t capacity;
};

/// Makes the rank function known on this connection. Returns an SQLite result code.
int csupport_register_rank(sqlite3 *db);

/// Scores all units that match the FTS5 expression `match`, and appends them to the hits.
/// Returns an SQLite result code; SQLITE_NOMEM when the hits do not fit into memory.
int csupport_rank(sqlite3 *db, const char *match, struct csupport_ranking *ranking);

void csupport_free_hits(struct csupport_ranking *ranking);

/// Counts the units that match. Returns an SQLite result code.
int csupport_count_matches(sqlite3 *db, const char *match, int64_t *count);
