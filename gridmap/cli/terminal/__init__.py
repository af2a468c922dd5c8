"""What all commands share: how they are typed, and what they show.

Its modules:

    account_words  the words of the command user
    import_words  the words of the command import
    options    options that mean the same in every command, and what --public gives
    screen     tables, progress and colours of the terminal
    summary    the figures that a command shows of a plan at a glance
    usage      usage errors, in Chinese above the English of the library
    words      the words of the command line, Chinese and English side by side
"""
