#pragma once
// The rows of a node's label, as HTML; a part of label.cpp and group_label.cpp.

#include <string>
#include <string_view>

namespace seegrad::detail::see {

class label_rows {
 public:
  explicit label_rows(std::string& out) : out_(out) {}

 protected:
  auto open() -> void { put("[label=<<table border=\"0\" cellspacing=\"0\" cellpadding=\"0\">"); }
  auto put(std::string_view text) -> label_rows& { return out_ += text, *this; }
  auto coloured(std::string_view colour, std::string_view text) -> void {
    put("<font color=\"").put(colour).put("\">").put(text).put("</font>");
  }
  auto wide_row(std::string_view colour, std::string_view text) -> void {
    put("<tr><td colspan=\"2\"><font point-size=\"10\" color=\"").put(colour).put("\">").put(text).put("</font></td></tr>");
  }
  auto row(std::string_view what) -> void {
    put("<tr><td align=\"left\"><font point-size=\"10\" color=\"#3d3d3d\">").put(what);
    put("  </font></td><td align=\"right\">");
  }
  auto end_row() -> void { put("</td></tr>"); }

  std::string& out_;
};

}  // namespace seegrad::detail::see
