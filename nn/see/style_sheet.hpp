#pragma once
// The style sheet of a figure, made to reach that figure alone.

#include <string>
#include <string_view>

namespace seegrad::nn::detail {

/// The rules of a style sheet, all of them and those for dark pages, with each selector below `scope`, such as "#figure3". Throws if it has
/// anything but colours: a page must not load or cover anything because of a figure.
auto scoped_style(std::string_view sheet, std::string_view scope) -> std::string;

}  // namespace seegrad::nn::detail
