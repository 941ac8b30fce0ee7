#pragma once
// Plots of the examples. Without gnuplot they say so and go on.

#include <autodiff/plot/plot.hpp>
#include <fmt/format.h>

inline auto draw(const seegrad::plot& p) -> void {
  if (seegrad::plot::available()) {
    p.save();
    fmt::print("drawn: {}\n", p.file().string());
  } else {
    fmt::print("not drawn: {} needs the program gnuplot (apt-get install gnuplot-nox)\n", p.file().string());
  }
}
