#pragma once
// The scopes of a picture: those of the record, and the modules that their names imply.
//
// A layer knows the name of the member it is, blocks.3.c1, but the struct around it, blocks.3, is a user's own and opens no scope. Its layers
// follow each other in the record, so it is where they are. What is recorded between two of them is its own; what follows the last of them is
// its own as well if it is an element of a list and the next element comes, or if the element before it ended alike.

#include <autodiff/graph/graph.hpp>
#include <string>
#include <vector>

namespace seegrad::detail::see {

/// Numbered so that a parent comes before its children, and a scope before those that are opened after it; 0 is the whole.
struct scope_list {
  static constexpr scope_id implied = ~scope_id{0};
  struct entry {
    std::string name;  ///< within its parent: "c1"
    scope_id parent;
    scope_id recorded;  ///< its number in the graph, or `implied`
  };
  std::vector<entry> all;
  std::vector<scope_id> of;  ///< by node; empty if there are no scopes
};

auto scopes_of(const graph& g) -> scope_list;

/// By scope: whether it has one of these names, "neuron", or paths, "layer1/neuron".
auto have_name(const scope_list& scopes, const std::vector<std::string>& names) -> std::vector<char>;

}  // namespace seegrad::detail::see
