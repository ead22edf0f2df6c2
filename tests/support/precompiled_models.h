// What nearly every test that scores includes, parsed once: the made-up models, their rows and the plain reference.
#pragma once

#include "support/made.h"
#include "support/precompiled.h"
#include "support/tiny_host.h"
