#pragma once
// State dictionaries in PyTorch's own files, .pt and .pth, without PyTorch.
//
//   nn::load(model, "linear.pt");                                       // what torch.save(model.state_dict(), "linear.pt") wrote
//   auto numbers = nn::load_pytorch("checkpoint.pt", {.under = "model"});   // of {"model": …, "optimizer": …, "epoch": 3}
//   nn::save_pytorch("ours.pt", nn::state_dict(model));                 // torch.load("ours.pt"), with weights_only=True, too
//
// Such a file is a pickle, a program that may name any function of Python's. Here it can build nothing but tensors (nn/save/pickle.hpp): what it would call is
// never called, and values it would make so are passed over. Both formats are read, the zip archive (since PyTorch 1.6) and the pickles and bytes one after
// another that came before, in either order of bytes. Storages of float64, float32, int64 and bool are read as they are; half, bfloat16 and float8 become
// float32, other whole numbers int64. Tensors that are views of one storage share their memory here as well.
//
// A whole model (torch.save(model)) is an object of a class that only its program has, and TorchScript is a program; both are refused with a word on what
// to save instead. A file that is damaged, cut off or made in bad faith is one seegrad::error, before memory is taken for more than it holds.

#include <filesystem>
#include <iosfwd>
#include <nn/save/state.hpp>

namespace seegrad::nn {

struct pytorch_options {
  /// The key of the dictionary that is wanted, where the file holds several things; keys within it are joined by slashes: "ema/model".
  std::string under = {};
};

/// All tensors by their names; in dictionaries and lists inside of others the keys and places are joined by dots. Throws if there is none.
auto load_pytorch(const std::filesystem::path& file, const pytorch_options& options = {}) -> state_map;
/// The stream must be seekable and binary.
auto load_pytorch(std::istream& in, const pytorch_options& options = {}) -> state_map;

/// As torch.save writes an OrderedDict of tensors, in a zip archive. Throws for a name that is not UTF-8, and if the file cannot be written; an old one is
/// kept then.
auto save_pytorch(const std::filesystem::path& file, const state_map& arrays) -> void;
auto save_pytorch(std::ostream& out, const state_map& arrays) -> void;

}  // namespace seegrad::nn
