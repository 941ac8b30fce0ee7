#pragma once
// Plots by gnuplot, told through a pipe. Without gnuplot the examples say so and go on.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

class gnuplot {
 public:
  /// `title` stands above all plots: one line says what the curves are, and a key in each would lie over them.
  gnuplot(std::string file, int width, int height, int rows, int columns, const char* title = "") : file_(std::move(file)) {
    if (std::system("command -v gnuplot >/dev/null 2>&1") == 0) pipe_ = ::popen("gnuplot", "w");
    say("set terminal svg size {},{} font 'Helvetica,13' background 'white'\nset output '{}'\n", width, height, file_);
    say("set multiplot layout {},{} title '{}' font ',15'\n", rows, columns, title);
    say("set grid lc rgb '#e4e4e4'\nset border 3 lc rgb '#808080'\nset tics nomirror\nset key off\nset yrange [*<-0.1:1.1<*]\n");
  }
  gnuplot(const gnuplot&) = delete;
  auto operator=(const gnuplot&) -> gnuplot& = delete;
  ~gnuplot() {
    if (pipe_) ::pclose(pipe_);
  }

  /// Rows of (a, value, slope).
  auto function_and_slope(const char* title, const std::vector<std::array<double, 3>>& rows) -> void {
    say("$data << EOD\n");
    for (const auto& [a, value, slope] : rows) say("{} {} {}\n", a, value, slope);
    say("EOD\nset title '{}'\n", title);
    say("plot $data using 1:2 with lines lw 2.5 lc rgb '#0072b2', ");
    say("$data using 1:3 with lines lw 2.5 dt 2 lc rgb '#d55e00'\n");
  }

  /// Rows of (x, y).
  auto curve(const char* title, const std::vector<std::array<double, 2>>& rows) -> void {
    say("$data << EOD\n");
    for (const auto& [x, y] : rows) say("{} {}\n", x, y);
    say("EOD\nset title '{}'\nplot $data using 1:2 with lines lw 2.5 lc rgb '#0072b2'\n", title);
  }

  /// Ends the plot and says where it is.
  auto finish() -> void {
    if (!pipe_) {
      fmt::print("not drawn: {} needs the program gnuplot (apt-get install gnuplot-nox)\n", file_);
      return;
    }
    say("unset multiplot\nunset output\n");
    ::pclose(std::exchange(pipe_, nullptr));
    fmt::print("drawn: {}\n", file_);
  }

 private:
  template <class... A>
  auto say(fmt::format_string<A...> text, A&&... a) -> void {
    if (pipe_) fmt::print(pipe_, text, std::forward<A>(a)...);
  }

  std::string file_;
  std::FILE* pipe_ = nullptr;
};
