#pragma once

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

// What the benchmarks with programs of their own share.
namespace psa::bench {

using Arguments = std::vector<std::string>;

/// The argument at `index` into `value`, if there is one.
template <class Value>
void take(const Arguments &arguments, std::size_t index, Value &value)
{
    if (index < arguments.size() && !(std::istringstream(arguments[index]) >> value))
        throw std::runtime_error("\"" + arguments[index] + "\" is not a number");
}

/// A folder of this process, `name`-PID, below the one that the first argument names, or else below /tmp.
inline std::filesystem::path workFolder(const Arguments &arguments, const std::string &name)
{
    const std::filesystem::path parent =
        arguments.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(arguments[0]);
    const std::filesystem::path folder = parent / (name + "-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    return folder;
}

inline double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// The number behind the word `name`, such as "VmRSS:", in a file of /proc; 0 if it is not there.
inline double numberIn(const std::filesystem::path &file, const std::string &name)
{
    std::ifstream words(file);
    std::string word;
    double number = 0;
    while (words >> word)
        if (word == name)
        {
            words >> number;
            break;
        }
    return number;
}

/// main() of such a program: what `run` returns, or 1 with the error printed.
template <class Run>
int runProgram(int argc, char **argv, const Run &run)
try
{
    return run(Arguments(argv + 1, argv + argc));
}
catch (const std::exception &error)
{
    std::cerr << error.what() << std::endl;
    return 1;
}

} // namespace psa::bench
