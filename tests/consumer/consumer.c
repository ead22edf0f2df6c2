/* What every way of consuming the library must be able to build and run. */
#include <clicklens/clicklens.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  unsigned number = CLENS_VERSION_MAJOR * 1000000u + CLENS_VERSION_MINOR * 1000u + CLENS_VERSION_PATCH;
  clens_model *model = NULL;
  char message[256];
  printf("%s %s\n", clens_version_string(), clens_status_name(CLENS_E_BAD_FILE));
  if (clens_version_number() != number) return 1;
  if (strcmp(clens_status_name(CLENS_E_BAD_FILE), "CLENS_E_BAD_FILE") != 0) return 2;
  if (clens_model_open("no such file", NULL, &model) == CLENS_OK || model != NULL) return 3;
  if (clens_last_error(message, sizeof message) == 0 || strstr(message, "no such file") == NULL) return 4;
  return 0;
}
