#pragma once
// The program gnuplot, told what to draw: its commands go in, an image comes out.
//
//   gnuplot_found();                        // whether it can be started
//   std::string svg = run_gnuplot(commands);
//
// gnuplot is started by itself, without a shell, with its default settings. It reads its commands from memory and writes its
// image and its complaints to memory: it is told no file's name.

#include <string>
#include <string_view>

namespace seegrad::detail::plotting {

auto gnuplot_found() -> bool;

/// What the commands wrote to gnuplot's output. Throws if there is no gnuplot, and with its own words if it fails.
auto run_gnuplot(std::string_view commands) -> std::string;

/// Text for gnuplot, in single quotes, where it expands nothing. Line breaks become blanks, bytes that are not UTF-8 and other
/// signs that XML does not have become a replacement sign, and what is longer than `most` characters is shortened.
auto quoted(std::string_view text, std::size_t most = 200) -> std::string;
/// The same for names on an axis, in which gnuplot would replace "%g".
auto quoted_tic(std::string_view text, std::size_t most = 200) -> std::string;

/// Only what XML 1.0 allows: what is not becomes U+FFFD.
auto clean_utf8(std::string_view text) -> std::string;
/// At most so many characters, the last of them "…" if some are missing.
auto shortened(std::string text, std::size_t most) -> std::string;

}  // namespace seegrad::detail::plotting
