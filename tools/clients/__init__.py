"""Clients that draw exported shader files, and compilers that judge them."""
