#pragma once
// The same with the number type that records statements.

#include "seegrad.hpp"

namespace bench {

struct fused_way : seegrad_way_with<seegrad::fused::scalar> {
  static constexpr const char* name = "fused";
};

}  // namespace bench
