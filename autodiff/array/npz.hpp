#pragma once
// Named arrays in one file, as numpy.savez writes it: a zip archive of .npy files.
//
//   save_npz("model.npz", {{"w", w}, {"b", b}});      // numpy.load("model.npz")["w"] in Python
//   auto arrays = load_npz("model.npz");
//   arrays.at("w");
//
// Entries may be stored or deflated; their checksums are verified. The errors and the care with files are those of npy.hpp. An
// archive of more than 4 GB or 65534 arrays is ZIP64; encrypted ones are refused. What is written has no date
// in it: equal arrays make equal files.

#include <autodiff/array/array.hpp>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>

namespace seegrad {

enum class packing { stored, deflated };

auto load_npz(const std::filesystem::path& file) -> std::map<std::string, array>;
auto save_npz(const std::filesystem::path& file, const std::map<std::string, array>& arrays, packing how = packing::stored)
    -> void;

/// Reads the stream to its end.
auto load_npz(std::istream& in) -> std::map<std::string, array>;
auto save_npz(std::ostream& out, const std::map<std::string, array>& arrays, packing how = packing::stored) -> void;

}  // namespace seegrad
