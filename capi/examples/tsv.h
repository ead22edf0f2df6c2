/* A day of clicks as tab-separated text, read into what clens_batch and clens_rows point to. For examples: the
 * whole file is in memory, and one day is one batch.
 *
 * The first line names the columns; a feature's column has its name. Several ids, or numbers, of a cell are
 * separated by `|`, an empty cell is missing. `label` (or `click`) is 0 or 1. Rows of equal `request_id` in a row
 * are one request, and its first row has the request's features; without that column every row is a request of
 * its own. Rows of one `user_id` depend on each other (without it: of one request_id, else none do). */
#ifndef CLICKLENS_EXAMPLES_TSV_H
#define CLICKLENS_EXAMPLES_TSV_H

#include "tsv_column.h"

typedef struct tsv_day {
  uint64_t rows;
  tsv_feature *features; /* those with a column */
  clens_column *columns; /* one per feature */
  size_t feature_count;
  tsv_array request_offsets; /* int64_t */
  tsv_array labels;          /* uint8_t */
  tsv_array clusters;        /* uint64_t */
} tsv_day;

/* Reads a file's rows for the model's features; input i of the host is feature i of the model. 0: done, else what is
 * wrong was printed. Release the day either way. */
int tsv_read(const char *path, const clens_feature_info *features, size_t count, tsv_day *day);
void tsv_release(tsv_day *day);

/* Views of the day, valid as long as it is. */
clens_batch tsv_batch(const tsv_day *day);
clens_rows tsv_rows(const tsv_day *day);

#endif
