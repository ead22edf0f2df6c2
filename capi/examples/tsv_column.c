#include "tsv_column.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void *tsv_reserve(size_t count, size_t size) {
  void *memory = calloc(count + 1, size);
  if (memory == NULL) exit(2);
  return memory;
}

void tsv_append(tsv_array *array, const void *bytes, size_t size) {
  if (array->data == NULL || array->size + size > array->capacity) {
    array->capacity = 2 * (array->size + size) + 64;
    array->data = realloc(array->data, array->capacity);
    if (array->data == NULL) exit(2);
  }
  if (size > 0) memcpy((char *)array->data + array->size, bytes, size);
  array->size += size;
}

static void append_end(tsv_array *array, size_t end) {
  const uint64_t value = end;
  tsv_append(array, &value, sizeof value);
}

int tsv_split(tsv_cell *rest, char separator, tsv_cell *part) {
  const char *end;
  if (rest->text == NULL) return 0;
  end = memchr(rest->text, separator, rest->size);
  *part = *rest;
  if (end == NULL) {
    rest->text = NULL;
  } else {
    part->size = (size_t)(end - rest->text);
    rest->text = end + 1;
    rest->size -= part->size + 1;
  }
  return 1;
}

/* A whole number of 64 bits; negative ones as two's complement. */
static int parse_key(tsv_cell text, uint64_t *key) {
  const int negative = text.size > 0 && text.text[0] == '-';
  const uint64_t most = negative ? (uint64_t)1 << 63 : UINT64_MAX;
  uint64_t value = 0;
  size_t i = negative ? 1 : 0;
  if (i == text.size) return 0;
  for (; i < text.size; ++i) {
    const unsigned digit = (unsigned)(unsigned char)text.text[i] - '0';
    if (digit > 9 || value > (most - digit) / 10) return 0;
    value = 10 * value + digit;
  }
  *key = negative ? 0 - value : value;
  return 1;
}

static int parse_float(tsv_cell text, float *value) {
  char *end;
  if (text.size == 0 || isspace((unsigned char)text.text[0])) return 0;
  *value = (float)strtod(text.text, &end);
  return end == text.text + text.size;
}

uint64_t tsv_group_key(tsv_cell text) {
  uint64_t key = 0xCBF29CE484222325u;
  size_t i;
  if (parse_key(text, &key)) return key;
  for (i = 0; i < text.size; ++i) key = (key ^ (unsigned char)text.text[i]) * 0x100000001B3u;
  return key;
}

tsv_feature tsv_feature_of(const clens_feature_info *info, uint32_t input, size_t at) {
  static const tsv_feature empty;
  tsv_feature feature = empty;
  feature.info = *info;
  feature.input = input;
  feature.at = at;
  tsv_append(&feature.values, NULL, 0); /* arrays are there even where nothing is in them */
  append_end(&feature.value_ends, 0);
  append_end(&feature.row_ends, 0);
  return feature;
}

void tsv_feature_release(tsv_feature *feature) {
  free(feature->values.data);
  free(feature->value_ends.data);
  free(feature->row_ends.data);
  free(feature->weights.data);
  free(feature->validity.data);
}

/* Whether the next entry of a dense feature is there, as a bit of an Arrow bitmap. */
static void append_validity(tsv_feature *feature, int present) {
  if (feature->entries % 8 == 0) tsv_append(&feature->validity, "", 1);
  if (present) {
    unsigned char *last = (unsigned char *)feature->validity.data + feature->entries / 8;
    *last = (unsigned char)(*last | (1u << feature->entries % 8));
  }
}

static const char *add_dense(tsv_feature *feature, tsv_cell text) {
  uint64_t left = feature->info.width;
  tsv_cell piece;
  float value = 0;
  append_validity(feature, text.size > 0);
  if (text.size == 0) {
    for (; left > 0; --left) tsv_append(&feature->values, &value, sizeof value);
    return NULL;
  }
  for (; tsv_split(&text, '|', &piece); --left) {
    if (left == 0) return "more numbers than the model takes";
    if (!parse_float(piece, &value)) return "not a number";
    tsv_append(&feature->values, &value, sizeof value);
  }
  return left == 0 ? NULL : "fewer numbers than the model takes";
}

/* `id`, or `id:weight` where the feature has weights. */
static const char *add_id(tsv_feature *feature, tsv_cell id) {
  uint64_t key;
  if (feature->info.weighted) {
    float weight = 1;
    size_t colon = id.size;
    while (colon > 0 && id.text[colon - 1] != ':') --colon;
    if (colon > 0) {
      const tsv_cell number = {id.text + colon, id.size - colon};
      if (!parse_float(number, &weight)) return "a weight is not a number";
      id.size = colon - 1;
    }
    tsv_append(&feature->weights, &weight, sizeof weight);
  }
  if (feature->info.column == CLENS_COLUMN_STRINGS) {
    tsv_append(&feature->values, id.text, id.size);
    append_end(&feature->value_ends, feature->values.size);
  } else {
    if (!parse_key(id, &key)) return "not a 64-bit integer";
    tsv_append(&feature->values, &key, sizeof key);
  }
  return NULL;
}

static size_t ids(const tsv_feature *feature) {
  return feature->info.column == CLENS_COLUMN_STRINGS ? feature->value_ends.size / sizeof(uint64_t) - 1
                                                      : feature->values.size / sizeof(uint64_t);
}

static const char *add_ids(tsv_feature *feature, tsv_cell text) {
  const char *problem = NULL;
  tsv_cell piece;
  while (problem == NULL && tsv_split(&text, '|', &piece)) {
    if (piece.size > 0) problem = add_id(feature, piece);
  }
  append_end(&feature->row_ends, ids(feature));
  return problem;
}

const char *tsv_add_entry(tsv_feature *feature, tsv_cell text) {
  const char *problem = feature->info.column == CLENS_COLUMN_FLOATS ? add_dense(feature, text) : add_ids(feature, text);
  ++feature->entries;
  return problem;
}

clens_column tsv_column(const tsv_feature *feature) {
  clens_column column = CLENS_COLUMN_INIT;
  column.input = feature->input;
  column.kind = feature->info.column;
  column.values = feature->values.data;
  if (column.kind == CLENS_COLUMN_FLOATS) {
    column.value_type = CLENS_TYPE_F32;
    column.value_count = feature->values.size / sizeof(float);
    column.validity = feature->validity.data;
    return column;
  }
  column.offset_bits = 64;
  column.row_offsets = feature->row_ends.data;
  column.weights = feature->weights.data;
  column.value_type = CLENS_TYPE_U64;
  column.value_count = ids(feature);
  if (column.kind == CLENS_COLUMN_STRINGS) {
    column.value_type = CLENS_TYPE_BYTES;
    column.value_count = feature->values.size;
    column.value_offsets = feature->value_ends.data;
    column.string_count = ids(feature);
  }
  return column;
}
