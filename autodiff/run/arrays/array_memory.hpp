#pragma once
// What a run of a program of arrays works in, by slot. One is kept for each thread that has run the program at the same time as others.

#include <autodiff/run/arrays/strips.hpp>
#include <vector>

namespace seegrad::detail::run {

struct array_memory {
  static constexpr auto none = ~std::uint32_t{0};

  array_memory(const std::vector<array>& constants, std::size_t chains)
      : values(constants),
        adjoints(constants.size()),
        room(constants.size()),
        value_strip(constants.size(), none),
        adjoint_strip(constants.size(), none),
        ran_together(chains, 0) {}

  std::vector<array> values, adjoints;
  std::vector<array> room;                                // what small adjoints lay in before
  std::vector<std::uint32_t> value_strip, adjoint_strip;  // of what lives in a chain
  std::vector<char> ran_together;                         // by chain: forwards, in this run
  std::vector<strip_step> steps;
  std::vector<array> kept;  // until the steps have been made
  std::uint32_t swept = 0;  // instructions from this one on have been swept back
  bool in_chain = false;    // or left one by an error: what lives in strips is no longer right
};

/// Memory for an array of that form, unless it has some that nobody else holds.
inline auto make_room(array& a, const array_form& f) -> void {
  if (!a.is_writable_in_place()) a = array::uninitialized(f.type, f.shape);
}

}  // namespace seegrad::detail::run
