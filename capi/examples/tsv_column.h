/* Cells of one feature, gathered in the layout that clens_column describes. Part of tsv.h. */
#ifndef CLICKLENS_EXAMPLES_TSV_COLUMN_H
#define CLICKLENS_EXAMPLES_TSV_COLUMN_H

#include <clicklens/clicklens.h>

typedef struct tsv_cell {
  const char *text; /* behind it: the character that ended it, or NUL */
  size_t size;
} tsv_cell;

typedef struct tsv_array { /* grows at its end */
  void *data;
  size_t size, capacity; /* bytes */
} tsv_array;

typedef struct tsv_feature {
  clens_feature_info info;
  uint32_t input;
  size_t at;                      /* column of the file */
  size_t entries;                 /* one per row, or per request */
  tsv_array values;               /* uint64_t ids, bytes of strings, or floats */
  tsv_array value_ends, row_ends; /* uint64_t, from 0 */
  tsv_array weights;              /* floats, one per id */
  tsv_array validity;             /* dense: bits of entries */
} tsv_feature;

/* Zeroed, never NULL: an example ends where there is no memory. */
void *tsv_reserve(size_t count, size_t size);
void tsv_append(tsv_array *array, const void *bytes, size_t size);

/* Takes the part before the next separator off `rest`. 0: nothing was left. */
int tsv_split(tsv_cell *rest, char separator, tsv_cell *part);
/* The key of a user: a decimal number itself, of other text its FNV-1a hash. */
uint64_t tsv_group_key(tsv_cell text);

tsv_feature tsv_feature_of(const clens_feature_info *info, uint32_t input, size_t at);
void tsv_feature_release(tsv_feature *feature);
/* Adds a cell as the next entry. NULL, or what is wrong with it. */
const char *tsv_add_entry(tsv_feature *feature, tsv_cell text);
/* A view of what was added, valid until more is. */
clens_column tsv_column(const tsv_feature *feature);

#endif
