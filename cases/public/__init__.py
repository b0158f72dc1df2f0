"""The pages a reporter meets: the form, the receipt, the mailbox and the way out."""
