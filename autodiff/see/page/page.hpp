#pragma once
// One file that a browser shows without a network: the drawing, the record, and what plays and explains it.

#include <autodiff/see/page/record_json.hpp>
#include <string>

namespace seegrad::detail::see {

/// The drawings of the record are SVG here, as the one of the whole is.
auto page_of(std::string_view title, std::string_view svg, const page_record& record) -> std::string;

}  // namespace seegrad::detail::see
