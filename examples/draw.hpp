#pragma once
// Plots of the examples. Without gnuplot they say so and go on.

#include <fmt/format.h>
#include <nn/see/plot.hpp>

inline auto draw(const seegrad::nn::plot& p) -> void {
  if (seegrad::nn::plot::available()) {
    p.save();
    fmt::print("drawn: {}\n", p.file().string());
  } else {
    fmt::print("not drawn: {} needs the program gnuplot (apt-get install gnuplot-nox)\n", p.file().string());
  }
}
