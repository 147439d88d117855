# Warnings for our own targets; link psa-warnings privately.
add_library(psa-warnings INTERFACE)
target_compile_options(psa-warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
