#pragma once
// Graphs of many shapes and sizes, to look at their pictures.

#include <functional>
#include <string>
#include <vector>

namespace pictures {

struct subject {
  std::string name;
  std::function<void()> record;  ///< into the active graph, with a sweep
};

auto scalar_subjects() -> std::vector<subject>;
auto network_subjects() -> std::vector<subject>;

}  // namespace pictures
