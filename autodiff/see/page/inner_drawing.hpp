#pragma once
// The drawings inside of a picture: what is in each scope that it shows as a box, and in the boxes that are in there.

#include <autodiff/see/scene.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace seegrad::detail::see {

/// So many nodes and boxes are laid out in all these drawings together: Graphviz places some hundreds a second.
inline constexpr std::size_t most_laid_out = 800;

/// A node in place of a box: drawn by itself, hidden, or somewhere else.
enum drawn_as : int { drawn_by_itself = -1, drawn_hidden = -2, drawn_elsewhere = -3 };

struct inner_drawing {
  struct box {
    scope_id scope;
    std::uint32_t copies = 1;
    node_id result = no_node;  ///< of a function, which is drawn as that node
    auto id() const -> std::string { return result == no_node ? "s" + std::to_string(scope) : "n" + std::to_string(result); }
  };
  box what;
  std::string dot;
  node_id first;                    ///< of the scope
  std::vector<int> places;          ///< by node, from the first: one of `boxes`, or drawn_as
  std::vector<box> boxes;           ///< in the drawing
  std::vector<node_id> neighbours;  ///< what enters the scope, and what uses what leaves it
  std::size_t more_neighbours = 0;  ///< that are not drawn
};

/// Whether the node is drawn as part of a box or of a function; and which that is.
auto is_in_box(const scene& s, node_id k) -> bool;
auto box_of(const scene& s, item_id i) -> inner_drawing::box;

/// Of the boxes of a scene after connect(), outer ones first, as long as there is room. What it shows once is drawn once; of scopes that are alike,
/// and one box, the first is. The scene is as before.
auto inner_drawings(scene& s) -> std::vector<inner_drawing>;

}  // namespace seegrad::detail::see
