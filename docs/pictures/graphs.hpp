#pragma once
// Graphs of many shapes and sizes, to look at their pictures.

#include <autodiff/see/snapshot.hpp>
#include <functional>
#include <string>
#include <vector>

namespace pictures {

struct subject {
  std::string name;
  std::function<void()> record;  ///< into the active graph, with a sweep
};

struct history {
  std::string name;
  std::function<std::vector<seegrad::labelled_snapshot>()> train;  ///< leaves the last state in the active graph
};

auto scalar_subjects() -> std::vector<subject>;
auto network_subjects() -> std::vector<subject>;
auto histories() -> std::vector<history>;

}  // namespace pictures
