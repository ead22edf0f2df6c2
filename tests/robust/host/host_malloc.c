/* host_malloc MODEL [LIBRARY]: linked with libclicklens.so or .a, or given the library to dlopen, a host keeps
 * the malloc of libc, and its allocations never enter the library. */
#define _GNU_SOURCE
#include <clicklens/clicklens.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef clens_status open_function(const char *, const clens_model_options *, clens_model **);
typedef void release_function(clens_model *);

/* The object that holds what `name` resolves to for the program as a whole. */
static int is_libc(const char *name) {
  Dl_info info;
  void *function = dlsym(RTLD_DEFAULT, name);
  if (function == NULL || dladdr(function, &info) == 0) return 0;
  printf("%s: %s\n", name, info.dli_fname);
  return strstr(info.dli_fname, "libc.so") != NULL || strstr(info.dli_fname, "libc-") != NULL;
}

/* glibc's own books see a block of ours. */
static int is_counted(void) {
  const size_t size = 100000;
  struct mallinfo2 before = mallinfo2(), after;
  char *block = malloc(size);
  if (block == NULL) return 0;
  memset(block, 1, size);
  after = mallinfo2();
  free(block);
  return after.uordblks + after.hblkhd >= before.uordblks + before.hblkhd + size;
}

#ifndef HOST_LINKS
static void *look_up(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s: not exported\n", name);
    exit(4);
  }
  return found;
}
#endif

int main(int argc, char **argv) {
  static const char *const names[] = {"malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign"};
  clens_model *model = NULL;
  open_function *open_model = NULL;
  release_function *release_model = NULL;
  size_t i;
  if (argc < 2) return 2;
#ifdef HOST_LINKS
  open_model = clens_model_open;
  release_model = clens_model_release;
#else
  {
    void *library = argc == 3 ? dlopen(argv[2], RTLD_NOW | RTLD_LOCAL) : NULL;
    void *found;
    if (library == NULL) return 3;
    found = look_up(library, "clens_model_open");
    memcpy(&open_model, &found, sizeof found);
    found = look_up(library, "clens_model_release");
    memcpy(&release_model, &found, sizeof found);
  }
#endif
  if (open_model(argv[1], NULL, &model) != CLENS_OK) return 5;
  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (!is_libc(names[i])) return 6;
  if (!is_counted()) return 7;
  release_model(model);
  return 0;
}
