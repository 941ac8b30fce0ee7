#pragma once
// A remark about a node or a scope, made in one wing and shown in another: the checker's verdict, drawn by the picture.

#include <autodiff/graph/node.hpp>
#include <map>
#include <string>
#include <vector>

namespace seegrad {

struct annotation {
  /// How it is drawn: in green, as a doubt, in red, or as any other text.
  enum class mood { good, doubtful, bad, plain };
  std::string text;       ///< one line
  mood how = mood::good;  ///< its colour
};

/// Of nodes, by their numbers.
using annotations = std::map<node_id, annotation>;

namespace detail {
/// By the number of the scope, one line each.
using scope_annotations = std::map<std::uint32_t, std::vector<annotation>>;
}  // namespace detail

}  // namespace seegrad
