#pragma once
// A remark about a node or a scope, made in one wing and shown in another: the checker's verdict, drawn by the picture.

#include <autodiff/graph/node.hpp>
#include <map>
#include <string>
#include <vector>

namespace seegrad {

struct annotation {
  enum class mood { good, doubtful, bad, plain };
  std::string text;
  mood how = mood::good;
};

using annotations = std::map<node_id, annotation>;

namespace detail {
/// By the number of the scope, one line each.
using scope_annotations = std::map<std::uint32_t, std::vector<annotation>>;
}  // namespace detail

}  // namespace seegrad
