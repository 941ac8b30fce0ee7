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

/// Whether entries are as they are, or deflated: smaller, and slower to write and to read.
enum class packing { stored, deflated };

/// All arrays of a file, by their names. Throws for one that is not there or is no such file, and says what is wrong with it.
auto load_npz(const std::filesystem::path& file) -> std::map<std::string, array>;
/// Throws for names that an archive cannot have, and if the file cannot be written; an old one is kept then.
auto save_npz(const std::filesystem::path& file, const std::map<std::string, array>& arrays, packing how = packing::stored)
    -> void;

/// The shapes of the arrays in a file, which are not read themselves.
auto npz_shapes(const std::filesystem::path& file) -> std::map<std::string, dims>;

/// Reads the stream to its end.
auto load_npz(std::istream& in) -> std::map<std::string, array>;
auto save_npz(std::ostream& out, const std::map<std::string, array>& arrays, packing how = packing::stored) -> void;

}  // namespace seegrad
