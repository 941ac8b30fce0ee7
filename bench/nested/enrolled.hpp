#pragma once
// A work in one library. Each is a translation unit of its own, as the kernels of the scalar table are, and enrols itself.

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace bench {

struct enrolled_work {
  std::size_t work;
  std::string_view library;
  std::function<std::function<std::vector<double>()>()> prepare;
};

inline auto enrolled_works() -> std::vector<enrolled_work>& {
  static std::vector<enrolled_work> list;
  return list;
}

}  // namespace bench
