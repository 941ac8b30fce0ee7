#pragma once
// How often a report of the checker has a verdict.

#include <autodiff/check/report.hpp>

namespace seegrad {

/// On derivatives of single operations.
inline auto locally(const check_report& r, verdict v) -> std::size_t { return r.local[static_cast<std::size_t>(v)]; }
/// On the gradient as a whole.
inline auto wholly(const check_report& r, verdict v) -> std::size_t { return r.whole[static_cast<std::size_t>(v)]; }

}  // namespace seegrad
