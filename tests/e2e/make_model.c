/* make_model DESCRIPTION OUT SIZE...: writes a model from a FlatBuffer and segments of made-up floats. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const char *what) {
  char message[512];
  clens_last_error(message, sizeof message);
  fprintf(stderr, "%s: %s\n", what, message);
  return 1;
}

static int write_segment(clens_writer *writer, uint32_t index, size_t size) {
  static uint32_t state = 12345;
  if (clens_writer_segment(writer, index) != CLENS_OK) return failed("segment");
  for (size_t i = 0; i < size / sizeof(float); ++i) {
    state = state * 1664525u + 1013904223u;
    const float value = (float)(state >> 8) / 16777216.0f - 0.5f;
    if (clens_writer_append(writer, &value, sizeof value) != CLENS_OK) return failed("append");
  }
  return 0;
}

int main(int argc, char **argv) {
  static unsigned char description[1 << 16];
  FILE *file = argc < 3 ? NULL : fopen(argv[1], "rb");
  clens_writer *writer = NULL;
  size_t size = 0;
  int wrong = 0;
  if (file == NULL) {
    fprintf(stderr, "usage: make_model DESCRIPTION OUT SIZE...\n");
    return 2;
  }
  size = fread(description, 1, sizeof description, file);
  fclose(file);
  if (clens_writer_begin(argv[2], description, size, NULL, &writer) != CLENS_OK) return failed("begin");
  for (int i = 3; i < argc && !wrong; ++i)
    wrong = write_segment(writer, (uint32_t)(i - 3), (size_t)strtoull(argv[i], NULL, 10));
  if (!wrong && clens_writer_finish(writer) != CLENS_OK) wrong = failed("finish");
  clens_writer_release(writer);
  return wrong;
}
