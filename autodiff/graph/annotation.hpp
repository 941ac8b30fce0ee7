#pragma once
// A remark about a node, made in one wing and shown in another: the checker's verdict, drawn by the picture.

#include <autodiff/graph/node.hpp>
#include <map>
#include <string>

namespace seegrad {

struct annotation {
  enum class mood { good, doubtful, bad };
  std::string text;
  mood how = mood::good;
};

using annotations = std::map<node_id, annotation>;

}  // namespace seegrad
