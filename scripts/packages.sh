# The Debian 12 packages that the build and the tests need; docs/dependencies.md says why. Sourced by the scripts.
build_packages=(g++ cmake ninja-build ccache libpoco-dev libssl-dev libboost1.81-dev libvalijson-dev libtomlplusplus-dev
    libcli11-dev libre2-dev catch2)
test_packages=(clang-14 python3 binutils)
