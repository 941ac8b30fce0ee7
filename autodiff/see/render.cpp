#include <autodiff/see/render.hpp>

#include <autodiff/array/error.hpp>
#include <fmt/format.h>

#ifdef SEEGRAD_PICTURES
#include <algorithm>
#include <autodiff/see/read_dot.hpp>
#include <autodiff/see/wrap.hpp>
#include <cmath>
#include <graphviz/gvc.h>
#include <memory>
#include <mutex>

namespace seegrad::detail::see {
namespace {

constexpr double pad = 0.3 * 72, smallest_font = 9, smallest_text = 6;

// Graphviz keeps state in global variables, so one picture is drawn at a time.
std::mutex one_at_a_time;
std::string said;

extern "C" {
static auto listen(char* text) -> int {
  said += text;
  return 0;
}
}

// What Graphviz has to say is kept for the exception, and not printed.
class listener {
 public:
  listener() : before_(agseterrf(listen)), level_(agseterr(AGWARN)) { said.clear(); }
  ~listener() {
    agseterr(level_);
    agseterrf(before_);
  }
  listener(const listener&) = delete;
  auto operator=(const listener&) -> listener& = delete;

 private:
  agusererrf before_;
  agerrlevel_t level_;
};

[[noreturn]] auto fail(std::string_view doing) -> void {
  while (!said.empty() && said.back() == '\n') said.pop_back();
  std::replace(said.begin(), said.end(), '\n', ' ');
  throw error(fmt::format("picture: Graphviz could not {}{}{}", doing, said.empty() ? "" : ": ", said));
}

// To the width, but no smaller than can be read; in points, with the frame around.
auto scale_to(Agraph_t* g, double width) -> void {
  const double w = GD_bb(g).UR.x - GD_bb(g).LL.x + 2 * pad;
  if (w > width) GD_drawing(g)->size = {std::max(width, w * smallest_text / smallest_font), 1e6};
}

// Fine enough to print, and within what viewers open: 32,768 pixels on a side, and 2^25 in all.
auto dots_per_inch(Agraph_t* g) -> double {
  const double finest = 144, margin = 2 * 0.3 * 72 + 16;
  const double w = GD_bb(g).UR.x - GD_bb(g).LL.x + margin, h = GD_bb(g).UR.y - GD_bb(g).LL.y + margin;
  return std::min({finest, 72 * 32'700 / std::max(w, h), 72 * std::sqrt(33'554'432 / (w * h))});
}

}  // namespace

auto render(const std::string& dot, std::string_view format, double width, heading how) -> std::string {
  const char* device = format == "svg"   ? "svg"
                       : format == "png" ? "png:cairo:cairo"
                       : format == "pdf" ? "pdf:cairo:cairo"
                                         : nullptr;
  if (!device) throw error(fmt::format("picture: unknown format '{}'; it can be svg, png or pdf", format));

  const std::lock_guard lock(one_at_a_time);
  const listener hear;
  // Never freed: Graphviz's text plugin keeps pointers into the first context to the end of the program.
  static GVC_t* const context = gvContext();
  const std::unique_ptr<Agraph_t, int (*)(Agraph_t*)> g(read_dot(dot), agclose);
  if (!g) fail("read the DOT text");
  if (how == heading::hidden) {
    char name[] = "label", none[] = "";
    agsafeset(g.get(), name, none, none);
  }
  if (gvLayout(context, g.get(), "dot") != 0) fail("lay out the picture");
  const auto free_layout = [](Agraph_t* graph) { gvFreeLayout(context, graph); };
  const std::unique_ptr<Agraph_t, decltype(free_layout)> layout(g.get(), free_layout);
  wrap(context, g.get(), width * smallest_font / smallest_text - 2 * pad);
  if (format == "png") GD_drawing(g.get())->dpi = dots_per_inch(g.get());
  else scale_to(g.get(), width);

  char* bytes = nullptr;
  unsigned length = 0;
  const int failed = gvRenderData(context, g.get(), device, &bytes, &length);
  const std::unique_ptr<char, void (*)(char*)> data(bytes, gvFreeRenderData);
  if (failed != 0 || length == 0) fail(fmt::format("draw the {}", format));
  return {data.get(), length};
}

}  // namespace seegrad::detail::see

#else

namespace seegrad::detail::see {

auto render(const std::string&, std::string_view format, double, heading) -> std::string {
  throw error(
      fmt::format("picture: this seegrad was built without Graphviz, which draws {}; save the picture as .dot, or build "
                  "with -Dpictures=enabled",
                  format));
}

}  // namespace seegrad::detail::see

#endif
