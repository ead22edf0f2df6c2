// The cases through the C ABI: runner MODELS. Exit status 1 where one differs.
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"  // made by cases_header.py

const char *models_folder;

static void *pieces[256];
static size_t piece_count;

void *room(size_t count, size_t size) {
  void *made = calloc(count == 0 ? 1 : count, size);
  if (made == NULL || piece_count == sizeof pieces / sizeof *pieces) {
    fputs("runner: out of memory\n", stderr);
    exit(2);
  }
  pieces[piece_count++] = made;
  return made;
}

static void clear(handles *h) {
  clens_session_release(h->session);
  clens_explainer_release(h->explainer);
  clens_probe_rows_release(h->rows);
  clens_probe_release(h->probe);
  clens_cache_release(h->cache);
  for (size_t i = 0; i < sizeof h->profiles / sizeof *h->profiles; ++i) clens_profile_release(h->profiles[i]);
  clens_inputs_release(h->inputs);
  clens_inputs_release(h->ad_inputs);
  clens_model_release(h->other);
  clens_model_release(h->model);
  while (piece_count > 0) free(pieces[--piece_count]);
}

static uint64_t fnv(const unsigned char *bytes, size_t size) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

static const struct {
  const char *name;
  verb call;
} verbs[] = {{"score", do_score},     {"saliency", do_saliency}, {"means", do_means},     {"coverage", do_coverage},
             {"attribution", do_attribution}, {"probe", do_probe}, {"exit", do_exit},     {"profile", do_profile},
             {"cache", do_cache},     {"open", do_open},         {"self_test", do_self_test},
             {"delta", do_delta},     {"session", do_session}, {"enum", do_enum},         {"status_name", do_status_name}};

static verb verb_of(const conf_case *c) {
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; ++i) {
    if (strcmp(verbs[i].name, c->verb) == 0) return verbs[i].call;
  }
  return NULL;
}

// The message of the last call that failed: a session's own where there is one, which is a run's.
static int message_holds(const handles *h, const char *wanted, char *message, size_t capacity) {
  message[0] = '\0';
  if (h->session != NULL && clens_session_error(h->session, message, capacity) > 0 && strstr(message, wanted) != NULL) return 1;
  clens_last_error(message, capacity);
  return strstr(message, wanted) != NULL;
}

// What is wrong with a case; NULL: nothing.
static const char *judge(const conf_case *c, const handles *h, clens_status status, const result *got) {
  static char text[700];
  char message[512];
  if (status != CLENS_OK || c->status != CLENS_OK) {
    const int named = message_holds(h, c->contains == NULL ? "" : c->contains, message, sizeof message);
    if (status == c->status && named) return NULL;
    snprintf(text, sizeof text, "%s: %s", clens_status_name(status), message);
    return text;
  }
  if (got->wrong != NULL) return got->wrong;
  if (got->size != c->size) return "another number of bytes";
  if (c->bytes != NULL && memcmp(c->bytes, got->bytes, got->size) != 0) return "other bits";
  return fnv(got->bytes, got->size) == c->hash ? NULL : "another hash";
}

int main(int argc, char **argv) {
  if (argc != 2) return fputs("usage: runner MODELS\n", stderr), 2;
  models_folder = argv[1];
  const char *path = getenv("CLICKLENS_CONFORMANCE_OUT");
  FILE *out = path == NULL ? NULL : fopen(path, "w");
  size_t failed = 0;
  for (size_t i = 0; i < CONF_CASE_COUNT; ++i) {
    const conf_case *c = &CONF_CASES[i];
    const verb call = verb_of(c);
    if (call == NULL) return fprintf(stderr, "%s: no verb '%s'\n", c->name, c->verb), 2;
    handles h;
    result got = {NULL, 0, NULL};
    memset(&h, 0, sizeof h);
    const clens_status status = call(c, &h, &got);
    const char *wrong = judge(c, &h, status, &got);
    const uint64_t code = status;
    const uint64_t hash = status == CLENS_OK ? fnv(got.bytes, got.size) : fnv((const unsigned char *)&code, sizeof code);
    if (out != NULL) {
      fprintf(out, "{\"host\": \"c\", \"case\": \"%s\", \"status\": \"%s\", \"hash\": \"%016llx\"}\n", c->name,
              wrong == NULL ? "equal" : "different", (unsigned long long)hash);
    }
    if (wrong != NULL) {
      fprintf(stderr, "%s: %s\n", c->name, wrong);
      ++failed;
    }
    clear(&h);
  }
  if (out != NULL && fclose(out) != 0) return perror(path), 2;
  printf("%zu cases, %zu different\n", (size_t)CONF_CASE_COUNT, failed);
  return failed > 0;
}
