"""GOV.UK Notify: text messages, e-mails and letters from the council's own templates."""
