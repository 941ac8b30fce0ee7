#include <autodiff/array/npz.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/array/npy.hpp>
#include <autodiff/array/zip.hpp>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace seegrad {
namespace {

constexpr std::string_view suffix = ".npy";

// Throws without a "who".
auto read_all(std::istream& in) -> std::map<std::string, array> {
  std::map<std::string, array> out;
  for (const auto& entry : detail::zip::directory(in)) {
    auto name = entry.name;
    try {
      if (!name.ends_with(suffix)) throw error("it is no .npy file");
      name.resize(name.size() - suffix.size());
      if (out.contains(name)) throw error("the name stands twice");
      detail::zip::entry_source from(in, entry);
      auto x = detail::read_npy(from);
      from.finish();
      out.emplace(name, std::move(x));
    } catch (const error& e) {
      throw error(fmt::format("'{}': {}", entry.name, e.what()));
    }
  }
  return out;
}

}  // namespace

auto load_npz(const std::filesystem::path& file) -> std::map<std::string, array> {
  auto in = detail::open_to_read(file, "load_npz");
  try {
    return read_all(in);
  } catch (const error& e) {
    throw error(fmt::format("load_npz: '{}': {}", file.string(), e.what()));
  }
}

auto load_npz(std::istream& in) -> std::map<std::string, array> {
  // The directory of an archive stands at its end, so that it must be there as a whole.
  std::stringstream whole;
  if (in.peek() != std::istream::traits_type::eof()) whole << in.rdbuf();
  try {
    return read_all(whole);
  } catch (const error& e) {
    throw error(fmt::format("load_npz: {}", e.what()));
  }
}

auto save_npz(std::ostream& out, const std::map<std::string, array>& arrays, packing how) -> void {
  try {
    detail::zip::writer archive(out);
    for (const auto& [name, x] : arrays) {
      const auto c = x.contiguous();
      archive.add(name + std::string(suffix), {detail::npy_header(c), {static_cast<const char*>(c.raw()), c.bytes()}},
                  how == packing::deflated);
    }
    archive.finish();
  } catch (const error& e) {
    throw error(fmt::format("save_npz: {}", e.what()));
  }
}

auto save_npz(const std::filesystem::path& file, const std::map<std::string, array>& arrays, packing how) -> void {
  detail::replace_file(file, "save_npz", [&](std::ostream& out) { save_npz(out, arrays, how); });
}

}  // namespace seegrad
