#include <autodiff/plot/gnuplot.hpp>

#include <autodiff/array/child_program.hpp>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>

namespace seegrad::detail::plotting {

auto gnuplot_found() -> bool { return detail::program_found("gnuplot"); }

auto run_gnuplot(std::string_view commands) -> std::string {
  if (!gnuplot_found()) throw error("plot: the program gnuplot was not found; install it with: apt-get install gnuplot-nox");
  auto [code, image, said] = detail::run_child("plot", {"gnuplot", "-d"}, commands);
  if (code < 0) throw error(fmt::format("plot: gnuplot was ended by signal {}", -code));
  // gnuplot repeats the line it stumbled over and points into it; what went wrong stands in the last line that is not empty.
  if (code != 0 || image.empty())
    throw error(fmt::format("plot: gnuplot failed: {}", shortened(clean_utf8(detail::last_line(said)), 300)));
  return std::move(image);
}

}  // namespace seegrad::detail::plotting
