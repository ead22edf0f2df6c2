// Statistics of columns over rows, in double.
#pragma once

#include "kernels/statistics_fixed.h"
#include "kernels/statistics_gram.h"
#include "kernels/statistics_moments.h"
#include "kernels/statistics_project.h"
