// How large a change must be to be worth a finding, and what significant means: STATISTICS of the project, section 6.
// Fixed on synthetic days of seeds 1-20, accepted on others (bench/NOTES.md).
#pragma once

namespace clicklens::lens::rules {

inline constexpr double q = 0.05;
inline constexpr double psi = 0.1;
inline constexpr double shift = 0.25, least_sd_ratio = 0.8, most_sd_ratio = 1.25;
inline constexpr double rate = 0.1;
inline constexpr double log_share = 0.1, share = 0.01;  // groups of less than this share on both sides are left alone
inline constexpr double auc = 0.02, z = 3;
inline constexpr double slope = 0.6;
inline constexpr double calibration = 1.25;
inline constexpr double interval = 1.959963984540054;  // of 95 %
inline constexpr unsigned clicks = 200;                // fewer are not enough for auc, slope and calibration

}  // namespace clicklens::lens::rules
