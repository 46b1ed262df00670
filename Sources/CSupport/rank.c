#include "rank.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// Okapi BM25's usual constants (Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
// 2009, section 3.5): how soon more occurrences stop to count, and how much long units are held back.
static const double k1 = 1.2;
static const double b = 0.75;

// An occurrence in the path or the title counts as so many in the body, before saturation (BM25F, section 3.6).
static const double column_weights[] = {3, 2, 1};
enum { columns = sizeof column_weights / sizeof column_weights[0] };

static const char pointer_type[] = "csupport_ranking";
static const int longest = UINT16_MAX;

static int length_of(const Fts5ExtensionApi *api, Fts5Context *fts, const struct csupport_ranking *ranking,
                     int64_t unit, int *length) {
  int64_t index = unit - ranking->first_unit;
  if (index >= 0 && index < ranking->length_count) {
    *length = ranking->lengths[index];
    return SQLITE_OK;
  }
  int result = api->xColumnSize(fts, -1, length);
  if (*length > longest) *length = longest;
  return result;
}

/// Adds how often the phrase occurs in the current row to `frequency`.
static int count_phrase(const Fts5ExtensionApi *api, Fts5Context *fts, int phrase, double *frequency) {
  int counts[columns] = {0};
  Fts5PhraseIter iterator;
  int column, offset;
  int result = api->xPhraseFirst(fts, phrase, &iterator, &column, &offset);
  if (result != SQLITE_OK) return result;
  while (column >= 0) {
    if (column < columns) counts[column]++;
    api->xPhraseNext(fts, &iterator, &column, &offset);
  }
  for (int i = 0; i < columns; i++) *frequency += column_weights[i] * counts[i];
  return SQLITE_OK;
}

static int append(struct csupport_ranking *ranking, int64_t unit, double score) {
  if (ranking->count == ranking->capacity) {
    size_t capacity = ranking->capacity ? 2 * ranking->capacity : 1024;
    struct csupport_hit *hits = realloc(ranking->hits, capacity * sizeof *hits);
    if (!hits) return SQLITE_NOMEM;
    ranking->hits = hits;
    ranking->capacity = capacity;
  }
  ranking->hits[ranking->count++] = (struct csupport_hit){unit, score};
  return SQLITE_OK;
}

/// The auxiliary function: called once for each row that matches, it keeps the row's score in the ranking.
static int rank_row(const Fts5ExtensionApi *api, Fts5Context *fts, struct csupport_ranking *ranking) {
  double frequencies[csupport_maximum_leaves] = {0};
  for (int phrase = 0; phrase < ranking->phrases; phrase++) {
    int leaf = ranking->leaf_of_phrase[phrase];
    if (leaf == csupport_no_leaf) continue;
    int result = count_phrase(api, fts, phrase, &frequencies[leaf]);
    if (result != SQLITE_OK) return result;
  }
  int64_t unit = api->xRowid(fts);
  int length = 0;
  int result = length_of(api, fts, ranking, unit, &length);
  if (result != SQLITE_OK) return result;

  double damping = k1 * (1 - b + b * length / ranking->average_length);
  double score = 0;
  for (int leaf = 0; leaf < ranking->leaves; leaf++) {
    double frequency = frequencies[leaf];
    score += ranking->weights[leaf] * (frequency * (k1 + 1)) / (frequency + damping);
  }
  return append(ranking, unit, score);
}

static void rank_function(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int count,
                          sqlite3_value **values) {
  struct csupport_ranking *ranking = count == 1 ? sqlite3_value_pointer(values[0], pointer_type) : NULL;
  if (!ranking || ranking->phrases != api->xPhraseCount(fts)) {
    // Only this program can make the pointer, so somebody else's SQL ends here.
    sqlite3_result_error_code(context, SQLITE_MISUSE);
    return;
  }
  int result = rank_row(api, fts, ranking);
  if (result != SQLITE_OK) sqlite3_result_error_code(context, result);
}

int csupport_register_rank(sqlite3 *db) {
  // The documented way to FTS5's functions: https://sqlite.org/fts5.html#extending_fts5
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL);
  if (result != SQLITE_OK) return result;
  sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
  sqlite3_step(statement);
  result = sqlite3_finalize(statement);
  if (result != SQLITE_OK) return result;
  if (!api) return SQLITE_ERROR;
  return api->xCreateFunction(api, "csupport_rank", NULL, rank_function, NULL);
}

/// Runs a statement to its end, and keeps the number of the last row.
static int run(sqlite3 *db, const char *sql, const char *match, struct csupport_ranking *ranking, int64_t *value) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (result != SQLITE_OK) return result;
  sqlite3_bind_text(statement, 1, match, -1, SQLITE_STATIC);
  if (ranking) sqlite3_bind_pointer(statement, 2, ranking, pointer_type, NULL);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (value) *value = sqlite3_column_int64(statement, 0);
  }
  return sqlite3_finalize(statement);
}

int csupport_rank(sqlite3 *db, const char *match, struct csupport_ranking *ranking) {
  // Not count(csupport_rank(…)), which would save a step for each row: FTS5 refuses its functions in aggregates.
  return run(db, "SELECT csupport_rank(postings, ?2) FROM postings WHERE postings MATCH ?1", match, ranking, NULL);
}

void csupport_free_hits(struct csupport_ranking *ranking) {
  free(ranking->hits);
  ranking->hits = NULL;
  ranking->count = ranking->capacity = 0;
}

int csupport_count_matches(sqlite3 *db, const char *match, int64_t *count) {
  return run(db, "SELECT count(*) FROM postings WHERE postings MATCH ?1", match, NULL, count);
}
