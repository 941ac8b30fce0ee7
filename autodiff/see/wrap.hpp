#pragma once
// Graphviz's drawing of a picture, broken into rows where it is too long for its height, or too high.

#ifdef SEEGRAD_PICTURES
#include <graphviz/gvc.h>

namespace seegrad::detail::see {

/// `g` is laid out. Where it is to be broken, it is laid out again, with positions of its own: if it is longer than `enough` points, and more than
/// three times as long as wide.
auto wrap(GVC_t* context, Agraph_t* g, double enough) -> void;

}  // namespace seegrad::detail::see
#endif
