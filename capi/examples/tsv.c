#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t none = (size_t)-1;

typedef struct reader { /* a file on the way into a day */
  const char *path;
  char *text;              /* all of it */
  const char *next;        /* line to read */
  size_t line;             /* number of the one read */
  tsv_cell *names, *cells; /* of the header, of the line read */
  size_t width;
  size_t label, request, cluster; /* columns, or none */
  tsv_cell request_value;
} reader;

static int equal(tsv_cell a, tsv_cell b) {
  return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

static int is(tsv_cell a, const char *text) {
  return a.size == strlen(text) && memcmp(a.text, text, a.size) == 0;
}

/* ---------------------------------------------------------------- lines */

static int wrong(const reader *in, const char *column, const char *message) {
  fprintf(stderr, "%s:%u: %s%s%s\n", in->path, (unsigned)in->line, column, column[0] == '\0' ? "" : ": ", message);
  return 1;
}

/* The whole file and a NUL behind it; NULL: it cannot be read, or is no text. */
static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  tsv_array text = {NULL, 0, 0};
  char part[1 << 14];
  size_t got;
  int failed;
  if (file == NULL) return NULL;
  while ((got = fread(part, 1, sizeof part, file)) > 0) tsv_append(&text, part, got);
  tsv_append(&text, "", 1);
  failed = ferror(file) || strlen(text.data) + 1 != text.size; /* a NUL is no text */
  fclose(file);
  if (!failed) return text.data;
  free(text.data);
  return NULL;
}

/* The next line's cells; *count of them, of which `capacity` are kept. 0: there is no line. */
static int read_line(reader *in, tsv_cell *cells, size_t capacity, size_t *count) {
  const char *end;
  tsv_cell rest, part;
  if (*in->next == '\0') return 0;
  end = strchr(in->next, '\n');
  rest.text = in->next;
  rest.size = end == NULL ? strlen(in->next) : (size_t)(end - in->next);
  in->next += rest.size + (end == NULL ? 0 : 1);
  ++in->line;
  if (rest.size > 0 && rest.text[rest.size - 1] == '\r') --rest.size;
  for (*count = 0; tsv_split(&rest, '\t', &part); ++*count) {
    if (*count < capacity) cells[*count] = part;
  }
  return 1;
}

static size_t find(const reader *in, const char *name) {
  size_t i;
  for (i = 0; i < in->width; ++i) {
    if (is(in->names[i], name)) return i;
  }
  return none;
}

static int read_header(reader *in) {
  const char *start = in->next;
  if (!read_line(in, NULL, 0, &in->width)) return wrong(in, "", "no header line");
  in->names = tsv_reserve(in->width, sizeof *in->names);
  in->cells = tsv_reserve(in->width, sizeof *in->cells);
  in->next = start; /* again, now that there is room */
  in->line = 0;
  read_line(in, in->names, in->width, &in->width);
  in->label = find(in, "label");
  if (in->label == none) in->label = find(in, "click");
  if (in->label == none) return wrong(in, "", "no column 'label' or 'click'");
  in->request = find(in, "request_id");
  in->cluster = find(in, "user_id");
  if (in->cluster == none) in->cluster = in->request;
  return 0;
}

/* ---------------------------------------------------------------- rows */

static int bind(reader *in, const clens_feature_info *features, size_t count, tsv_day *day) {
  size_t i;
  day->features = tsv_reserve(count, sizeof *day->features);
  for (i = 0; i < count; ++i) {
    const size_t at = find(in, features[i].name);
    if (at == none && features[i].required) return wrong(in, features[i].name, "the model requires this column");
    if (at == none) continue;
    day->features[day->feature_count++] = tsv_feature_of(&features[i], (uint32_t)i, at);
  }
  return 0;
}

static int add_row(reader *in, tsv_day *day) {
  const int begins = in->request == none || day->rows == 0 || !equal(in->cells[in->request], in->request_value);
  const int64_t row = (int64_t)day->rows;
  const tsv_cell label = in->cells[in->label];
  const uint8_t click = is(label, "1") ? 1 : 0;
  const uint64_t cluster = in->cluster == none ? day->rows : tsv_group_key(in->cells[in->cluster]);
  size_t i;
  if (!click && !is(label, "0")) return wrong(in, "label", "neither 0 nor 1");
  if (begins) tsv_append(&day->request_offsets, &row, sizeof row);
  if (begins && in->request != none) in->request_value = in->cells[in->request];
  for (i = 0; i < day->feature_count; ++i) {
    tsv_feature *feature = &day->features[i];
    const int skip = feature->info.scope == CLENS_SCOPE_REQUEST && !begins;
    const char *problem = skip ? NULL : tsv_add_entry(feature, in->cells[feature->at]);
    if (problem != NULL) return wrong(in, feature->info.name, problem);
  }
  tsv_append(&day->labels, &click, 1);
  tsv_append(&day->clusters, &cluster, sizeof cluster);
  ++day->rows;
  return 0;
}

static int read_rows(reader *in, const clens_feature_info *features, size_t count, tsv_day *day) {
  size_t cells, i;
  int64_t rows;
  if (read_header(in) || bind(in, features, count, day)) return 1;
  while (read_line(in, in->cells, in->width, &cells)) {
    if (cells != in->width) return wrong(in, "", "not as many cells as the header has");
    if (add_row(in, day)) return 1;
  }
  rows = (int64_t)day->rows;
  tsv_append(&day->request_offsets, &rows, sizeof rows);
  day->columns = tsv_reserve(day->feature_count, sizeof *day->columns);
  for (i = 0; i < day->feature_count; ++i) day->columns[i] = tsv_column(&day->features[i]);
  return 0;
}

int tsv_read(const char *path, const clens_feature_info *features, size_t count, tsv_day *day) {
  static const tsv_day empty;
  reader in;
  int bad = 1;
  memset(&in, 0, sizeof in);
  *day = empty;
  in.path = path;
  in.text = read_text(path);
  in.next = in.text;
  if (in.text == NULL) fprintf(stderr, "%s: cannot be read as text\n", path);
  if (in.text != NULL) bad = read_rows(&in, features, count, day);
  free(in.names);
  free(in.cells);
  free(in.text);
  return bad;
}

void tsv_release(tsv_day *day) {
  size_t i;
  for (i = 0; i < day->feature_count; ++i) tsv_feature_release(&day->features[i]);
  free(day->features);
  free(day->columns);
  free(day->request_offsets.data);
  free(day->labels.data);
  free(day->clusters.data);
}

clens_batch tsv_batch(const tsv_day *day) {
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = day->rows;
  batch.requests = day->request_offsets.size / sizeof(int64_t) - 1;
  batch.request_offsets = day->request_offsets.data;
  batch.columns = day->columns;
  batch.column_count = day->feature_count;
  return batch;
}

clens_rows tsv_rows(const tsv_day *day) {
  clens_rows rows = CLENS_ROWS_INIT;
  rows.labels = day->labels.data;
  rows.clusters = day->clusters.data;
  return rows;
}
