// Where the C++ library is linked into libclicklens.so. Its own handler of exceptions that nobody catches prints their
// type, for which it brings 50 KB that take names apart. None of ours gets that far (guard.h), and a host's are its own
// library's.
#include <cstdlib>

namespace __gnu_cxx {

void __verbose_terminate_handler();
void __verbose_terminate_handler() {
  std::abort();
}

}  // namespace __gnu_cxx
