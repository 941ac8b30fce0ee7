#pragma once
// One file that a browser shows without a network: the drawing, the record, and what plays and explains it.

#include <autodiff/see/page/record_json.hpp>
#include <string>

namespace seegrad::see {

auto page_of(std::string_view title, std::string_view svg, const page_record& record) -> std::string;

}  // namespace seegrad::see
