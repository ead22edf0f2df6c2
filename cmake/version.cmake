# clicklens.h is the one source of the version; everything else reads it or is checked against it.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../capi/include/clicklens/clicklens.h" lines
     REGEX "^#define CLENS_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
foreach(line IN LISTS lines)
  string(REGEX MATCH "CLENS_VERSION_([A-Z]+) ([0-9]+)" _ "${line}")
  set(CLICKLENS_VERSION_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
set(CLICKLENS_VERSION ${CLICKLENS_VERSION_MAJOR}.${CLICKLENS_VERSION_MINOR}.${CLICKLENS_VERSION_PATCH})
